SELECT group_concat(day) = '1,1,2' FROM visit;
SELECT group_concat(date || coalesce(times, '-'), ' ') = '2026-01-02''10:00''x7,''11:00''y8 2026-01-03-' FROM day;
SELECT group_concat(now) = 'then' FROM word;
