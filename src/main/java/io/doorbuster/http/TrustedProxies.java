package io.doorbuster.http;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The networks of edges and load balancers whose {@code X-Forwarded-For} is taken. Each hop adds on
 * the right whom it was asked by; so the right-most address that is none of theirs is the buyer's,
 * and what stands left of it is anybody's word.
 */
public final class TrustedProxies {
  /** Nobody: a buyer's address is the connection's. */
  public static final TrustedProxies NONE = new TrustedProxies(List.of());

  private final List<IpSubnetFilterRule> networks;

  private TrustedProxies(List<IpSubnetFilterRule> networks) {
    this.networks = networks;
  }

  /**
   * Reads networks such as 10.1.0.0/16, or addresses.
   *
   * @throws IllegalArgumentException naming what is none
   */
  public static TrustedProxies of(List<String> texts) {
    List<IpSubnetFilterRule> networks = new ArrayList<>();
    for (String text : texts) {
      networks.add(network(text));
    }
    return networks.isEmpty() ? NONE : new TrustedProxies(List.copyOf(networks));
  }

  private static IpSubnetFilterRule network(String text) {
    try {
      int slash = text.indexOf('/');
      InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
      int bits =
          slash < 0 ? 8 * address.getAddress().length : Integer.parseInt(text.substring(slash + 1));
      return new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("`" + text + "` is no network such as 10.1.0.0/16", e);
    }
  }

  /**
   * The buyer's address.
   *
   * @param peer of the connection
   * @param forwardedFor all values of the header, the first hop first, or null
   */
  String address(String peer, @Nullable String forwardedFor) {
    if (forwardedFor == null || !isTrusted(peer)) {
      return peer;
    }
    String[] hops = forwardedFor.split(",", -1);
    String nearest = peer;
    for (int i = hops.length - 1; i >= 0; i--) {
      String hop = hops[i].strip();
      if (!isAddress(hop)) {
        return nearest;
      }
      if (!isTrusted(hop)) {
        return hop;
      }
      nearest = hop;
    }
    return nearest;
  }

  /** Without the short forms of old, in which 10.1 is 10.0.0.1. */
  private static InetAddress literal(String text) {
    InetAddress address = InetAddress.ofLiteral(text);
    if (text.indexOf(':') < 0 && text.chars().filter(c -> c == '.').count() != 3) {
      throw new IllegalArgumentException(text);
    }
    return address;
  }

  private static boolean isAddress(String text) {
    try {
      return literal(text).getAddress().length > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private boolean isTrusted(String text) {
    if (networks.isEmpty() || !isAddress(text)) {
      return false;
    }
    InetSocketAddress address = new InetSocketAddress(literal(text), 0);
    for (IpSubnetFilterRule network : networks) {
      if (network.matches(address)) {
        return true;
      }
    }
    return false;
  }
}
