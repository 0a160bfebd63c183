package io.doorbuster.sale;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps what is published of the files that sales name. What there is stands in the sale's row, so
 * that a change reaches every process as any other does; the contents stand beside it, and are read
 * by who does not have them yet.
 */
public final class SaleFiles {
  private final Database database;
  private final Catalog catalog;
  private final InstantSource clock;

  public SaleFiles(Database database, Catalog catalog, InstantSource clock) {
    this.database = database;
    this.catalog = catalog;
    this.clock = clock;
  }

  /**
   * Keeps a file in place of the one of its kind, and tells the change.
   *
   * @param contents of its forms, by their hash
   * @throws NotAllowed where the sale does not name it, or is over
   */
  public Listing put(String sale, ShopFile file, Map<String, byte[]> contents) {
    database.write(
        connection -> {
          Listing now = catalog.lock(connection, sale);
          check(now, file);
          List<ShopFile> files = new ArrayList<>(now.files());
          files.removeIf(known -> known.kind() == file.kind());
          files.add(file);
          for (Map.Entry<String, byte[]> content : contents.entrySet()) {
            insert(connection, sale, content.getKey(), content.getValue());
          }
          Set<String> used =
              files.stream()
                  .flatMap(kept -> kept.forms().stream())
                  .map(ShopFile.Form::hash)
                  .collect(Collectors.toSet());
          for (ShopFile known : now.files()) {
            for (ShopFile.Form form : known.forms()) {
              if (!used.contains(form.hash())) {
                delete(connection, sale, form.hash());
              }
            }
          }
          Catalog.update(connection, sale, "files = ?", ShopFile.encode(files));
          return sale;
        });
    return catalog.refresh(sale);
  }

  private void check(Listing now, ShopFile file) {
    SalePhase phase = now.phaseAt(clock.instant());
    if (phase == SalePhase.CLOSED || phase == SalePhase.SETTLED) {
      throw new NotAllowed("the sale is " + phase + ": its files may no longer change");
    }
    if (!file.name().equals(now.sale().files().get(file.kind()))) {
      throw new NotAllowed("the sale names no file " + file.name() + "; add the sale again first");
    }
  }

  private static void insert(Connection connection, String sale, String hash, byte[] content)
      throws SQLException {
    String sql =
        "INSERT INTO sale_file (sale, hash, content) VALUES (?, ?, ?)"
            + " ON CONFLICT (sale, hash) DO NOTHING";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, sale);
      insert.setString(2, hash);
      insert.setBytes(3, content);
      insert.executeUpdate();
    }
  }

  private static void delete(Connection connection, String sale, String hash) throws SQLException {
    String sql = "DELETE FROM sale_file WHERE sale = ? AND hash = ?";
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      delete.setString(1, sale);
      delete.setString(2, hash);
      delete.executeUpdate();
    }
  }

  /** A content by its hash; empty where a newer one has replaced it. */
  public Optional<byte[]> findContent(String sale, String hash) {
    String sql = "SELECT content FROM sale_file WHERE sale = ? AND hash = ?";
    return database.read(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, sale);
            query.setString(2, hash);
            ResultSet row = query.executeQuery();
            return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
          }
        });
  }
}
