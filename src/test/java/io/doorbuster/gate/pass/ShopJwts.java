package io.doorbuster.gate.pass;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/** A shop that signs tokens of all kinds, good and bad. */
final class ShopJwts {
  static final Instant NOW = Instant.parse("2027-01-10T10:00:00Z");
  static final byte[] SECRET = "the-shops-secret-of-32-bytes-min".getBytes(UTF_8);
  static final ShopTokens.Rules RULES =
      new ShopTokens.Rules("shop", "doorbuster", "sub", Duration.ofSeconds(30));

  private ShopJwts() {}

  static JWTClaimsSet.Builder claims() {
    return claims("anna");
  }

  static JWTClaimsSet.Builder claims(String buyer) {
    return new JWTClaimsSet.Builder()
        .issuer("shop")
        .audience("doorbuster")
        .subject(buyer)
        .expirationTime(Date.from(NOW.plusSeconds(300)));
  }

  static String hs256(JWTClaimsSet claims) {
    return hs256(claims, SECRET);
  }

  static String hs256(JWTClaimsSet claims, byte[] secret) {
    try {
      return sign(JWSAlgorithm.HS256, null, claims, new MACSigner(secret));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static String rs256(JWTClaimsSet claims, RSAKey key, @Nullable String keyId) {
    try {
      return sign(JWSAlgorithm.RS256, keyId, claims, new RSASSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static String es256(JWTClaimsSet claims, ECKey key, @Nullable String keyId) {
    try {
      return sign(JWSAlgorithm.ES256, keyId, claims, new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static String sign(
      JWSAlgorithm algorithm, @Nullable String keyId, JWTClaimsSet claims, JWSSigner signer) {
    SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).build(), claims);
    try {
      jwt.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return jwt.serialize();
  }

  static RSAKey rsa(String id) {
    try {
      return new RSAKeyGenerator(2_048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static ECKey ec(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
