package io.doorbuster.console;

import io.doorbuster.console.preflight.Preflight;
import io.doorbuster.gate.BlockWatch;
import io.doorbuster.gate.Gate;
import io.doorbuster.gate.pass.PassKeys;
import io.doorbuster.http.Router;
import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.metrics.Meters;
import io.doorbuster.order.OrderStore;
import io.doorbuster.order.StockBoard;
import io.doorbuster.outbox.OutboxStore;
import io.doorbuster.page.PagePublisher;
import io.doorbuster.sale.BlockTable;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.OperatorLog;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.SaleFiles;
import io.doorbuster.sale.TableStock;
import io.doorbuster.sale.WaveTable;
import io.doorbuster.settlement.Audit;
import io.doorbuster.settlement.Repair;
import io.doorbuster.settlement.SaleDesk;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The operators' side: sales, orders, blocks and the whole system, watched and steered. All but
 * health and the page itself is behind the operator's token; docs/openapi.yaml describes it.
 */
public final class AdminApi {
  /**
   * What the operators' side is made of.
   *
   * @param token that an operator shows
   * @param openMetrics whether /metrics is told to those without it
   */
  public record Parts(
      String token,
      boolean openMetrics,
      InstantSource clock,
      Catalog catalog,
      PagePublisher pages,
      SaleFiles files,
      SaleDesk saleDesk,
      Audit audit,
      Repair repair,
      StockBoard board,
      OrderStore orders,
      WaveTable waves,
      OutboxStore outbox,
      BlockTable blockTable,
      BlockWatch blocks,
      OperatorLog log,
      Gate gate,
      PassKeys passKeys,
      InventoryEngine engine,
      Optional<TableStock> tableStock,
      Meters meters,
      Hooks hooks,
      Preflight.Sources preflight) {}

  /**
   * What the operators' side needs of others in single calls.
   *
   * @param testPasses gives a pass without a shop; refuses for all but test sales
   * @param rotateKeys makes a new pass key and keeps it; the one before it goes on to verify
   * @param committed orders written since the start
   * @param orderEnded hears of an order that an operator has cancelled
   * @param eventsWaiting hears that parked events may go out again
   * @param storeFault why the store can not be written; empty while it can
   * @param missing what else must be there before this process is ready
   */
  public record Hooks(
      TestPasses testPasses,
      Runnable rotateKeys,
      LongSupplier committed,
      Consumer<OrderId> orderEnded,
      Runnable eventsWaiting,
      Supplier<Optional<String>> storeFault,
      Supplier<List<String>> missing) {}

  /** Passes for a rehearsal. */
  @FunctionalInterface
  public interface TestPasses {
    /**
     * A pass for one buyer.
     *
     * @throws io.doorbuster.sale.NotAllowed where the sale is no test sale or not published
     */
    String issue(String sale, BuyerId buyer);
  }

  private final SaleCalls sales;
  private final FileCalls files;
  private final OrderCalls orders;
  private final BlockCalls blocks;
  private final SystemCalls system;
  private final Health health;

  /** Registers gauges. */
  public AdminApi(Parts parts) {
    Door door = new Door(parts.token(), parts.log());
    Figures figures =
        new Figures(
            parts.meters(),
            parts.engine(),
            parts.hooks().committed(),
            parts.outbox(),
            parts.hooks().storeFault(),
            parts.clock());
    figures.register();
    health = new Health(parts, door);
    sales = new SaleCalls(parts, door, figures, new Preflight(parts.preflight(), health::missing));
    files = new FileCalls(parts, door);
    orders = new OrderCalls(parts, door);
    blocks = new BlockCalls(parts.blockTable(), parts.blocks(), door);
    system = new SystemCalls(parts, door, figures);
  }

  /** The answer of /readyz, from memory. */
  public boolean isReady() {
    return health.missing().isEmpty();
  }

  /** What machines ask, of every process. */
  public void healthRoutes(Router router) {
    health.routes(router);
  }

  /** What operators ask and say, and what machines ask. */
  public void routes(Router router) {
    healthRoutes(router);
    sales.routes(router);
    files.routes(router);
    orders.routes(router);
    blocks.routes(router);
    system.routes(router);
    new ConsolePage().routes(router);
  }
}
