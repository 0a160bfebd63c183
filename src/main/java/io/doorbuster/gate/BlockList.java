package io.doorbuster.gate;

import io.doorbuster.sale.BuyerId;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Buyers and addresses that may not take part. A change counts at once, on passes already given
 * too; asking costs a look-up in memory for the buyer, and one a length of prefix for the address.
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

  /**
   * An IP network, or, with all bits, one address.
   *
   * @param length of its addresses in bits, 32 or 128, which stand at the left end of 128
   * @param bits that an address must share
   */
  private record Network(int length, int bits, long high, long low) {
    static Network of(byte[] address, int bits) {
      ByteBuffer all = ByteBuffer.allocate(16).put(address).rewind();
      return new Network(address.length * 8, address.length * 8, all.getLong(), all.getLong())
          .widen(bits);
    }

    /** The network of this address with fewer bits. */
    Network widen(int fewer) {
      long highMask = fewer == 0 ? 0 : fewer >= 64 ? -1L : -1L << (64 - fewer);
      long lowMask = fewer <= 64 ? 0 : -1L << (128 - fewer);
      return new Network(length, fewer, high & highMask, low & lowMask);
    }
  }

  /**
   * The list in force.
   *
   * @param prefixes the lengths that occur, so that an address is looked up once for each
   */
  private record Snapshot(Set<String> buyers, Set<Network> networks, Set<Integer> prefixes) {}

  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|(?=.*:)[0-9a-fA-F:.]{2,45}");
  private static final Pattern BITS = Pattern.compile("\\d{1,3}");

  private volatile Snapshot snapshot = new Snapshot(Set.of(), Set.of(), Set.of());

  /** Replaces the whole list. */
  public void set(Collection<Block> blocks) {
    Set<String> buyers = new HashSet<>();
    Set<Network> networks = new HashSet<>();
    Set<Integer> prefixes = new HashSet<>();
    for (Block block : blocks) {
      switch (block.kind()) {
        case BUYER -> buyers.add(block.value());
        case ADDRESS -> address(block.value()).ifPresent(networks::add);
        case CIDR -> network(block.value()).ifPresent(networks::add);
      }
    }
    networks.forEach(network -> prefixes.add(network.bits));
    snapshot = new Snapshot(buyers, networks, prefixes);
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
          network(block.value()).isPresent()
              ? Optional.empty()
              : Optional.of("write a network such as 192.0.2.0/24 or 2001:db8::/32");
    };
  }

  public boolean blocks(BuyerId buyer) {
    return snapshot.buyers.contains(buyer.value());
  }

  /** False as well where no address is blocked at all, so that nobody needs to tell his. */
  boolean blocksAddress(Supplier<String> remote) {
    return !snapshot.networks.isEmpty() && blocksAddress(remote.get());
  }

  public boolean blocksAddress(String remote) {
    Snapshot now = snapshot;
    if (now.networks.isEmpty()) {
      return false;
    }
    Optional<Network> address = address(remote);
    if (address.isEmpty()) {
      return false;
    }
    for (int bits : now.prefixes) {
      if (bits <= address.get().length && now.networks.contains(address.get().widen(bits))) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Network> network(String cidr) {
    int slash = cidr.indexOf('/');
    if (slash < 0 || !BITS.matcher(cidr.substring(slash + 1)).matches()) {
      return Optional.empty();
    }
    int bits = Integer.parseInt(cidr.substring(slash + 1));
    return address(cidr.substring(0, slash))
        .filter(address -> bits <= address.length)
        .map(address -> address.widen(bits));
  }

  /** Reads a literal address only: a name is never looked up. */
  private static Optional<Network> address(String text) {
    int zone = text.indexOf('%');
    String literal = zone < 0 ? text : text.substring(0, zone);
    if (!ADDRESS.matcher(literal).matches()) {
      return Optional.empty();
    }
    try {
      byte[] bytes = InetAddress.ofLiteral(literal).getAddress();
      return Optional.of(Network.of(bytes, bytes.length * 8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
