package io.doorbuster.sale;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps finished waves in the store. Of a wave that several gates held each writes its own part
 * beside the wave's row, which is the same from all of them; {@link MergedWaves} puts it together.
 */
public final class WaveTable {
  private static final String INSERT =
      "INSERT INTO wave (sale, sku, number, opened_at, k, units, entries, admitted, cut_off,"
          + " complete, entered) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT (sale, sku, number) DO NOTHING";
  private static final String INSERT_PART =
      "INSERT INTO wave_entries (sale, sku, number, gate, entries, admitted, counted, entered)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sale, sku, number, gate) DO NOTHING";

  private final Database database;

  public WaveTable(Database database) {
    this.database = database;
  }

  public void save(List<WaveRecord> waves) {
    database.write(
        connection -> {
          try (PreparedStatement insert = connection.prepareStatement(INSERT);
              PreparedStatement insertPart = connection.prepareStatement(INSERT_PART)) {
            for (WaveRecord wave : waves) {
              insert(insert, wave);
              if (wave.gate() != null) {
                insert(insertPart, wave, wave.gate());
              }
            }
            insert.executeBatch();
            insertPart.executeBatch();
          }
          return waves;
        });
  }

  private static void insert(PreparedStatement insert, WaveRecord wave) throws SQLException {
    boolean alone = wave.gate() == null;
    boolean drawn = wave.entered() != null;
    insert.setString(1, wave.sale());
    insert.setString(2, wave.sku());
    insert.setLong(3, wave.number());
    insert.setLong(4, wave.openedAt().toEpochMilli());
    insert.setInt(5, wave.k());
    insert.setInt(6, wave.units());
    insert.setInt(7, alone || drawn ? wave.entries() : 0);
    insert.setInt(8, alone || drawn ? wave.admitted() : 0);
    insert.setString(9, wave.cutOff());
    insert.setInt(10, wave.complete() ? 1 : 0);
    insert.setBytes(11, alone ? wave.entered() : null);
    insert.addBatch();
  }

  private static void insert(PreparedStatement insert, WaveRecord wave, GatePart part)
      throws SQLException {
    insert.setString(1, wave.sale());
    insert.setString(2, wave.sku());
    insert.setLong(3, wave.number());
    insert.setString(4, part.gate());
    insert.setInt(5, part.entries());
    insert.setInt(6, part.admitted());
    insert.setInt(7, part.counted() ? 1 : 0);
    insert.setBytes(8, wave.entered());
    insert.addBatch();
  }

  /** All waves of a sale, the first first, by SKU. */
  public List<WaveRecord> list(String sale) {
    return query(
        "SELECT * FROM wave WHERE sale = ? ORDER BY number, sku",
        "SELECT * FROM wave_entries WHERE sale = ? AND number >= ? ORDER BY number, sku, gate",
        sale);
  }

  /** The latest waves of a sale, the newest first, at most so many; without their entries. */
  public List<WaveRecord> listLatest(String sale, int most) {
    String columns =
        "sale, sku, number, opened_at, k, units, entries, admitted, cut_off, complete,"
            + " NULL AS entered";
    String sql = "SELECT " + columns + " FROM wave WHERE sale = ?";
    return query(
        sql + " ORDER BY number DESC, sku LIMIT " + most,
        "SELECT sale, sku, number, gate, entries, admitted, counted, NULL AS entered"
            + " FROM wave_entries WHERE sale = ? AND number >= ? ORDER BY number, sku, gate",
        sale);
  }

  private List<WaveRecord> query(String sql, String sqlOfParts, String sale) {
    return database.read(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(sql);
              PreparedStatement parts = connection.prepareStatement(sqlOfParts)) {
            query.setString(1, sale);
            ResultSet row = query.executeQuery();
            List<WaveRecord> waves = new ArrayList<>();
            while (row.next()) {
              waves.add(read(row));
            }
            long from = waves.stream().mapToLong(WaveRecord::number).min().orElse(Long.MAX_VALUE);
            parts.setString(1, sale);
            parts.setLong(2, from);
            return MergedWaves.merge(waves, readParts(parts.executeQuery()));
          }
        });
  }

  private static List<MergedWaves.Part> readParts(ResultSet row) throws SQLException {
    List<MergedWaves.Part> parts = new ArrayList<>();
    while (row.next()) {
      GatePart gate =
          new GatePart(
              row.getString("gate"),
              row.getInt("entries"),
              row.getInt("admitted"),
              row.getInt("counted") != 0);
      parts.add(
          new MergedWaves.Part(
              row.getString("sku"), row.getLong("number"), gate, row.getBytes("entered")));
    }
    return parts;
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
