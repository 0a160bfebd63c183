package io.doorbuster.sale;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Keeps finished waves in the store. */
public final class WaveTable {
  private static final String INSERT =
      "INSERT INTO wave (sale, sku, number, opened_at, k, units, entries, admitted, cut_off,"
          + " complete, entered) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT (sale, sku, number) DO NOTHING";

  private final Database database;

  public WaveTable(Database database) {
    this.database = database;
  }

  public void save(List<WaveRecord> waves) {
    database.write(
        connection -> {
          try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (WaveRecord wave : waves) {
              insert.setString(1, wave.sale());
              insert.setString(2, wave.sku());
              insert.setLong(3, wave.number());
              insert.setLong(4, wave.openedAt().toEpochMilli());
              insert.setInt(5, wave.k());
              insert.setInt(6, wave.units());
              insert.setInt(7, wave.entries());
              insert.setInt(8, wave.admitted());
              insert.setString(9, wave.cutOff());
              insert.setInt(10, wave.complete() ? 1 : 0);
              insert.setBytes(11, wave.entered());
              insert.addBatch();
            }
            insert.executeBatch();
          }
          return waves;
        });
  }

  /** All waves of a sale, the first first, by SKU. */
  public List<WaveRecord> list(String sale) {
    return query("SELECT * FROM wave WHERE sale = ? ORDER BY number, sku", sale);
  }

  /** The latest waves of a sale, the newest first, at most so many; without their entries. */
  public List<WaveRecord> listLatest(String sale, int most) {
    String columns =
        "sale, sku, number, opened_at, k, units, entries, admitted, cut_off, complete,"
            + " NULL AS entered";
    String sql = "SELECT " + columns + " FROM wave WHERE sale = ?";
    return query(sql + " ORDER BY number DESC, sku LIMIT " + most, sale);
  }

  private List<WaveRecord> query(String sql, String sale) {
    return database.read(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, sale);
            ResultSet row = query.executeQuery();
            List<WaveRecord> waves = new ArrayList<>();
            while (row.next()) {
              waves.add(read(row));
            }
            return waves;
          }
        });
  }

  private static WaveRecord read(ResultSet row) throws SQLException {
    return new WaveRecord(
        row.getString("sale"),
        row.getString("sku"),
        row.getLong("number"),
        Instant.ofEpochMilli(row.getLong("opened_at")),
        row.getInt("k"),
        row.getInt("units"),
        row.getInt("entries"),
        row.getInt("admitted"),
        row.getString("cut_off"),
        row.getInt("complete") != 0,
        row.getBytes("entered"));
  }
}
