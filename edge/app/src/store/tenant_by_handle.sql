SELECT record FROM tenant WHERE handle = ?1
