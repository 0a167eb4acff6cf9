SELECT group_concat(name || ' ' || type || ' ' || "notnull") = 'id INTEGER 0,at INTEGER 0,extra ANY 1' FROM pragma_table_info('sample');
SELECT group_concat(typeof(extra)) = 'integer,text,real' FROM sample;
