SELECT group_concat(typeof(whole) || typeof(amount) || typeof(code)) = (SELECT 'integerintegertext,realrealtext,textblobblob,realintegertext,nullnullnull,blobtexttext') FROM t;
SELECT count(*) = 1 FROM t WHERE whole = '5' AND code = '5';
SELECT count(*) = 0 FROM t INDEXED BY t_code WHERE code = 5;
