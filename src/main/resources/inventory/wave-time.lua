-- The time by which gates number waves: seconds and microseconds.
return time
