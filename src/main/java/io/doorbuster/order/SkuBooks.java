package io.doorbuster.order;

import io.doorbuster.order.OrderStore.SkuSums;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** One query for all that state pages and figures say of a sale's units. */
final class SkuBooks {
  private static final String QUERY =
      """
      SELECT k.id, k.allotted, k.sold, k.returned, k.sold - k.paid, k.paid,
        (SELECT COALESCE(SUM(i.quantity), 0) FROM intent i
          WHERE i.sale = k.sale AND i.sku = k.id AND i.kind IN ('RETURN', 'ADD')
            AND i.done_at IS NULL)
      FROM sku k WHERE k.sale = ? ORDER BY k.id
      """;

  private SkuBooks() {}

  static List<SkuSums> read(Connection connection, String sale) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(QUERY)) {
      query.setString(1, sale);
      ResultSet row = query.executeQuery();
      List<SkuSums> sums = new ArrayList<>();
      while (row.next()) {
        sums.add(
            new SkuSums(
                row.getString(1),
                row.getInt(2),
                row.getInt(3),
                row.getInt(4),
                row.getInt(5),
                row.getInt(6),
                row.getInt(7)));
      }
      return sums;
    }
  }
}
