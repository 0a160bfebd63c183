package io.doorbuster.page.cdn;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an edge says of where its answer came from. There is no one header for it: nginx,
 * CloudFront, Fastly and Alibaba say {@code X-Cache}, Cloudflare {@code CF-Cache-Status}, Varnish
 * names in {@code X-Varnish} the request that filled its cache as well, and any may send an {@code
 * Age}.
 */
enum CacheAnswer {
  /** From the edge itself. */
  HIT,
  /** From behind it. */
  MISS,
  /** It does not tell. */
  UNTOLD;

  private static final List<String> WORDS = List.of("X-Cache", "X-Cache-Status", "CF-Cache-Status");

  private static final List<String> FROM_CACHE = List.of("HIT", "LOCAL", "STALE", "UPDATING");

  static CacheAnswer of(MultiMap headers) {
    for (String name : WORDS) {
      String word = headers.get(name);
      if (word != null) {
        return isHit(word) ? HIT : MISS;
      }
    }
    String varnish = headers.get("X-Varnish");
    if (varnish != null) {
      return varnish.strip().indexOf(' ') > 0 ? HIT : MISS;
    }
    return fromAge(headers.get("Age"));
  }

  /** Of several tiers the last to write is the one that was asked. */
  private static boolean isHit(String word) {
    String[] tiers = word.toUpperCase(Locale.ROOT).split(",", -1);
    String nearest = tiers[tiers.length - 1].strip();
    return FROM_CACHE.stream().anyMatch(nearest::startsWith);
  }

  private static CacheAnswer fromAge(@Nullable String age) {
    if (age == null) {
      return UNTOLD;
    }
    return age.strip().matches("0*") ? MISS : HIT;
  }
}
