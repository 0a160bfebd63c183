package io.doorbuster.page;

import io.doorbuster.page.BucketTarget.Options;
import java.io.IOException;
import java.util.Objects;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Why a bucket was not written, in an operator's words. */
final class BucketFault {
  private static final int FORBIDDEN = 403;

  private BucketFault() {}

  static IOException of(SdkException e, Options options) {
    String bucket = "the bucket " + options.bucket();
    return new IOException(
        e instanceof S3Exception said ? bucket + said(said, options) : unsaid(e, options), e);
  }

  private static String said(S3Exception e, Options options) {
    AwsErrorDetails details = e.awsErrorDetails();
    String code = details == null ? "" : Objects.requireNonNullElse(details.errorCode(), "");
    return switch (code) {
      case "NoSuchBucket" -> " is not there: make it, or mend page.bucket.name";
      case "InvalidAccessKeyId" ->
          " does not know the access key: mend page.bucket.accessKey and page.bucket.secretKey";
      case "SignatureDoesNotMatch" ->
          " does not take the signature: mend page.bucket.secretKey, which is not that of the"
              + " access key";
      case "RequestTimeTooSkewed" -> " finds this machine's clock wrong: set it right (NTP)";
      case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraint" ->
          " is in another region than " + options.region() + ": mend page.bucket.region";
      default ->
          e.statusCode() == FORBIDDEN
              ? " does not let us write: mend page.bucket.accessKey and page.bucket.secretKey, or"
                  + " allow this key s3:GetObject, s3:PutObject and s3:DeleteObject on "
                  + options.prefix()
                  + "s/* and s3:ListBucket"
              : " answers "
                  + e.statusCode()
                  + (code.isEmpty() ? "" : " (" + code + ")")
                  + ": look at its server's log";
    };
  }

  private static String unsaid(SdkException e, Options options) {
    String why = Objects.requireNonNullElse(e.getMessage(), e.toString());
    if (why.contains("credentials")) {
      return "there is no key for the bucket "
          + options.bucket()
          + ": give page.bucket.accessKey and page.bucket.secretKeyFile, or the SDK's own"
          + " (AWS_ACCESS_KEY_ID, a profile, the machine's role)";
    }
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return "the server of the bucket "
        + options.bucket()
        + " does not answer ("
        + cause
        + "): look at it, the network and "
        + (options.endpoint() == null ? "page.bucket.region" : "page.bucket.endpoint");
  }
}
