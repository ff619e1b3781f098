SELECT record FROM tenant WHERE id = ?1
