package io.doorbuster.sale;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What operators have told the system to do, kept for good: who asks later finds it here. */
public final class OperatorLog {
  /** Longer details are cut: a line is to be read. */
  static final int DETAIL_MAX = 500;

  private final Database database;
  private final InstantSource clock;

  /**
   * One line.
   *
   * @param sale null where the word was about no sale
   */
  public record Line(long seq, Instant at, String action, @Nullable String sale, String detail) {}

  public OperatorLog(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Notes a word, ahead of its effect, so that no effect is without its line. */
  public void write(String action, @Nullable String sale, String detail) {
    String sql = "INSERT INTO operator_log (at, action, sale, detail) VALUES (?, ?, ?, ?)";
    database.write(
        connection -> {
          try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setLong(1, clock.millis());
            insert.setString(2, action);
            insert.setString(3, sale);
            insert.setString(4, detail.substring(0, Math.min(detail.length(), DETAIL_MAX)));
            return insert.executeUpdate();
          }
        });
  }

  /** The latest lines, the newest first, at most so many. */
  public List<Line> list(int most) {
    String sql = "SELECT seq, at, action, sale, detail FROM operator_log ORDER BY seq DESC LIMIT ?";
    return database.read(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setInt(1, most);
            ResultSet row = query.executeQuery();
            List<Line> lines = new ArrayList<>();
            while (row.next()) {
              lines.add(
                  new Line(
                      row.getLong(1),
                      Instant.ofEpochMilli(row.getLong(2)),
                      row.getString(3),
                      row.getString(4),
                      row.getString(5)));
            }
            return lines;
          }
        });
  }
}
