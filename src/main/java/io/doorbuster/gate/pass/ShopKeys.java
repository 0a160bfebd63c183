package io.doorbuster.gate.pass;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the keys that verify the shop's tokens come from. */
public sealed interface ShopKeys permits ShopKeys.Secret, JwksKeys {
  /** What a look-up gave. */
  sealed interface Found {
    /** All that can have signed; none where no such key is known. */
    record Verifiers(List<JWSVerifier> all) implements Found {}

    /** The keys are being fetched, or can not be at present: ask again soon. */
    record Later() implements Found {}
  }

  /** No other algorithm is ever tried, whatever a token's header says. */
  Set<JWSAlgorithm> algorithms();

  /**
   * The keys of an algorithm; never waits.
   *
   * @param keyId as the token names it, or null
   */
  Found find(JWSAlgorithm algorithm, @Nullable String keyId);

  /** HS256 with a secret that shop and we share. */
  static ShopKeys hs256(byte[] secret) {
    try {
      return new Secret(new MACVerifier(secret));
    } catch (JOSEException e) {
      throw new IllegalArgumentException("an HS256 secret has at least 32 bytes", e);
    }
  }

  /** The one key of HS256. */
  record Secret(JWSVerifier verifier) implements ShopKeys {
    @Override
    public Set<JWSAlgorithm> algorithms() {
      return Set.of(JWSAlgorithm.HS256);
    }

    @Override
    public Found find(JWSAlgorithm algorithm, @Nullable String keyId) {
      return new Found.Verifiers(List.of(verifier));
    }
  }
}
