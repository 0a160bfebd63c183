package io.doorbuster.gate;

import io.doorbuster.sale.BuyerId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Buyers and addresses that may not take part. A change counts at once, on passes already given
 * too; asking costs two look-ups in memory and a walk over the networks.
 */
public final class BlockList {
  /** What an operator blocks. */
  public enum Kind {
    BUYER,
    ADDRESS,
    CIDR
  }

  /** One line of the list. */
  public record Block(Kind kind, String value, String reason) {}

  /** An IP network: the leading bits that an address must share. */
  private record Network(byte[] address, int bits) {
    boolean contains(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit & 7);
        if ((address[bit >> 3] & mask) != (other[bit >> 3] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  private record Snapshot(Set<String> buyers, Set<String> addresses, List<Network> networks) {}

  private volatile Snapshot snapshot = new Snapshot(Set.of(), Set.of(), List.of());

  /** Replaces the whole list. */
  public void set(Collection<Block> blocks) {
    Set<String> buyers = new HashSet<>();
    Set<String> addresses = new HashSet<>();
    List<Network> networks = new ArrayList<>();
    for (Block block : blocks) {
      switch (block.kind()) {
        case BUYER -> buyers.add(block.value());
        case ADDRESS -> addresses.add(block.value());
        case CIDR -> parse(block.value()).ifPresent(networks::add);
      }
    }
    snapshot = new Snapshot(buyers, addresses, networks);
  }

  /** What is wrong with a block that an operator wrote, or empty. */
  public static Optional<String> check(Block block) {
    return switch (block.kind()) {
      case BUYER ->
          BuyerId.isValid(block.value()) ? Optional.empty() : Optional.of("no valid buyer id");
      case ADDRESS ->
          address(block.value()).isPresent()
              ? Optional.empty()
              : Optional.of("write an IP address such as 192.0.2.7");
      case CIDR ->
          parse(block.value()).isPresent()
              ? Optional.empty()
              : Optional.of("write a network such as 192.0.2.0/24 or 2001:db8::/32");
    };
  }

  public boolean blocks(BuyerId buyer) {
    return snapshot.buyers.contains(buyer.value());
  }

  public boolean blocksAddress(String remote) {
    Snapshot now = snapshot;
    if (now.addresses.contains(remote)) {
      return true;
    }
    if (now.networks.isEmpty()) {
      return false;
    }
    Optional<byte[]> bytes = address(remote);
    return bytes.isPresent() && now.networks.stream().anyMatch(n -> n.contains(bytes.get()));
  }

  private static Optional<Network> parse(String cidr) {
    int slash = cidr.indexOf('/');
    if (slash < 0 || !cidr.substring(slash + 1).matches("\\d{1,3}")) {
      return Optional.empty();
    }
    int bits = Integer.parseInt(cidr.substring(slash + 1));
    return address(cidr.substring(0, slash))
        .filter(bytes -> bits <= bytes.length * 8)
        .map(bytes -> new Network(bytes, bits));
  }

  /** Reads a literal address only: a name is never looked up. */
  private static Optional<byte[]> address(String text) {
    if (!text.matches("[0-9a-fA-F:.%]{2,60}") || (text.indexOf('.') < 0 && text.indexOf(':') < 0)) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text).getAddress());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
