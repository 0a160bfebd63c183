package io.doorbuster.gate;

import io.doorbuster.sale.BlockTable;
import java.util.Locale;

/** Keeps in force at this gate what the store says of blocks, whichever process has written it. */
public final class BlockWatch {
  private final BlockTable table;
  private final BlockList inForce;
  private long seen = -1;

  public BlockWatch(BlockTable table, BlockList inForce) {
    this.table = table;
    this.inForce = inForce;
  }

  /** Reads the list where it has changed; called often, and at once by who has changed it. */
  public synchronized void refresh() {
    long now = table.revision();
    if (now != seen) {
      inForce.set(table.list().stream().map(BlockWatch::block).toList());
      seen = now;
    }
  }

  /** A block as the store has it. */
  public static BlockList.Block block(BlockTable.Row row) {
    return new BlockList.Block(
        BlockList.Kind.valueOf(row.kind().toUpperCase(Locale.ROOT)), row.value(), row.reason());
  }
}
