/* quick trial */
#include <stdio.h>
#include <time.h>
#include "scenario.h"
#include "disk_posix.h"
int main(void)
{
	static const char *const modes[] = {"delete","truncate","persist","wal"};
	disk_register();
	for (int i = 0; i < scenario_count; i++) for (int j = 0; j < 4; j++) {
		struct stage s = { .scenario=&scenarios[i], .mode=modes[j], .seed=1, .rows=60, .page_size=1024, .cache=8 };
		clock_t t0 = clock();
		bool ok = stage_open(&s);
		clock_t t1 = clock();
		printf("%s %s ok=%d changes=%lld after=%d before=%d handles=%d fds=%d %.1fms\n", s.scenario->name, s.mode, ok, s.changes, content_of(DATABASE).digest==s.after, content_of(DATABASE).digest==s.before, disk_open_handles(), posix_is_open(), (t1-t0)*1000.0/CLOCKS_PER_SEC);
		for (int k = 0; disk_name(k); k++) printf("   %s %lld\n", disk_name(k), disk_size(disk_lookup(disk_name(k))));
		if (ok) { struct outcome o = stage_run(&s); printf("  again %d steps=%d %s\n", o.rc, o.steps, o.said);
		disk_load(s.disk); t0=clock(); for (int k=0;k<10;k++) { disk_load(s.disk); stage_run(&s);} printf(" run %.2f ms\n", (clock()-t0)*100.0/CLOCKS_PER_SEC);
		t0=clock(); for (int k=0;k<10;k++) content_of(DATABASE); printf(" content %.2f ms\n", (clock()-t0)*100.0/CLOCKS_PER_SEC); }
		stage_close(&s);
	}
}
