SELECT data = 'it''s 100% :x "y" `z`' AND d2 = '%(a)s ?' FROM foo;
