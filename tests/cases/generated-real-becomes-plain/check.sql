SELECT group_concat(quote(plain)) = '5.0,NULL,''x''' AND group_concat(quote(text)) = '''5.0'',NULL,''x''' FROM lengths;
