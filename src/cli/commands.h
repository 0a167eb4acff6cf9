/* SPDX-License-Identifier: MIT */
/* commands.h: what each command of the table does; each gives its exit status, or a result of the library. */
#ifndef MOULT_CLI_COMMANDS_H
#define MOULT_CLI_COMMANDS_H

#include "cli/cli.h"

int mo_cli_run_dump(struct call *call);
int mo_cli_run_check(struct call *call);
int mo_cli_run_diff(struct call *call);
int mo_cli_run_plan(struct call *call);
int mo_cli_run_rehearse(struct call *call);
int mo_cli_run_apply(struct call *call);
int mo_cli_run_downgrade(struct call *call);
int mo_cli_run_rollback(struct call *call);
int mo_cli_run_finish(struct call *call);
int mo_cli_run_history(struct call *call);
int mo_cli_run_status(struct call *call);
int mo_cli_run_verify(struct call *call);
int mo_cli_run_lint(struct call *call);
int mo_cli_run_release(struct call *call);
int mo_cli_run_help(struct call *call);

#endif
