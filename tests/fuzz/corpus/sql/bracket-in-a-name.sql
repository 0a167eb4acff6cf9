CREATE TABLE t(--k--- -
---ó
---3--	.-V% ie
----ó
idM`R]`KER ---ó]
---BLE t(k--ó
--%RV`VV


T)