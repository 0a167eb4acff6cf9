SELECT hex(vendor_data) = '0102' FROM vendor_view WHERE name = 'A';
SELECT count(*) = 1 FROM vendor_log;
SELECT dflt_value LIKE 'x_00_' FROM pragma_table_info('device') WHERE name = 'vendor_data';
SELECT group_concat(name) = 'id,name,speed,vendor_data' FROM pragma_table_info('device');
