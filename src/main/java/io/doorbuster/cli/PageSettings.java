package io.doorbuster.cli;

import io.doorbuster.page.BucketTarget;
import io.doorbuster.page.FolderTarget;
import io.doorbuster.page.PageTarget;
import io.doorbuster.page.StoredForm;
import io.doorbuster.sale.Fields;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where published pages go: a folder, or a bucket. */
final class PageSettings {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]");
  private static final Pattern REGION = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  /** What needs no escape in an address. */
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*");

  /** Other servers have none, and Amazon's client wants one. */
  private static final String ANY_REGION = "us-east-1";

  private static final List<String> NEEDING_A_NAME =
      List.of(
          "endpoint",
          "region",
          "prefix",
          "pathStyle",
          "accessKey",
          "accessKeyFile",
          "secretKey",
          "secretKeyFile");

  private PageSettings() {}

  static Settings.PageTarget read(Fields fields) {
    String folder = fields.findText("folder");
    Settings.Bucket bucket = bucket(fields.fields("bucket"));
    if (folder != null && bucket != null) {
      fields.reject(
          "folder",
          "pages go to one place: keep page.folder or page.bucket.name, take the other out");
    }
    fields.finish();
    return new Settings.PageTarget(folder == null ? null : Path.of(folder), bucket);
  }

  /** A bucket is written by those who serve operators; its classes are loaded by them alone. */
  static PageTarget target(Settings settings, Path data) {
    Settings.Bucket bucket = settings.page().bucket();
    Path folder = settings.page().folder();
    if (bucket == null) {
      return new FolderTarget(folder == null ? data.resolve("pages") : folder);
    }
    if (!settings.roles().contains(Role.CONSOLE)) {
      return PageTarget.none();
    }
    Settings.Secret access = bucket.accessKey();
    Settings.Secret secret = bucket.secretKey();
    BucketTarget.Keys keys =
        access == null || secret == null
            ? null
            : new BucketTarget.Keys(
                new String(access.bytes(), StandardCharsets.UTF_8),
                new String(secret.bytes(), StandardCharsets.UTF_8));
    return new BucketTarget(
        new BucketTarget.Options(
            bucket.name(),
            bucket.endpoint(),
            bucket.region(),
            bucket.prefix(),
            bucket.pathStyle(),
            keys,
            bucket.encoding()));
  }

  private static Settings.@Nullable Bucket bucket(Fields fields) {
    String name = fields.findText("name");
    URI endpoint = SettingValues.uri(fields, "endpoint");
    String region = fields.findText("region");
    Settings.Bucket bucket =
        new Settings.Bucket(
            SettingsReader.or(name, ""),
            endpoint,
            SettingsReader.or(region, ANY_REGION),
            prefix(fields),
            fields.flag("pathStyle", endpoint != null),
            SettingValues.password(fields, "accessKey"),
            SettingValues.password(fields, "secretKey"),
            encoding(fields));
    fields.finish();
    if (name == null) {
      if (NEEDING_A_NAME.stream().anyMatch(fields::has)) {
        fields.reject("name", "is missing: add it, or take the other lines of page.bucket out");
      }
      return null;
    }
    check(fields, "name", NAME, name, "the name of a bucket, such as sale-pages");
    if (region != null) {
      check(fields, "region", REGION, region, "a region such as eu-central-1");
    } else if (endpoint == null && !fields.isWrong("endpoint")) {
      fields.reject(
          "region",
          "is missing: add Amazon's, such as eu-central-1, or page.bucket.endpoint for another"
              + " server");
    }
    if ((bucket.accessKey() == null) != (bucket.secretKey() == null)) {
      boolean first = bucket.accessKey() == null;
      fields.reject(
          first ? "accessKey" : "secretKey",
          "is missing: add it, or take the other one out to use the SDK's own chain");
    }
    return bucket;
  }

  private static void check(
      Fields fields, String key, Pattern form, String value, String expected) {
    if (!form.matcher(value).matches()) {
      fields.reject(key, "`" + value + "` is not " + expected);
    }
  }

  /** Slashes around it are of no matter. */
  private static String prefix(Fields fields) {
    String text = SettingsReader.or(fields.findText("prefix"), "").replaceAll("^/+|/+$", "");
    if (text.isEmpty()) {
      return "";
    }
    check(fields, "prefix", PREFIX, text, "a path such as sales/2027: a-z, A-Z, 0-9, `._~-`");
    return text + "/";
  }

  private static StoredForm encoding(Fields fields) {
    return fields.parsed(
        "encoding",
        StoredForm.GZIP,
        "one of gzip, br, none",
        value ->
            switch (value) {
              case "gzip" -> Optional.of(StoredForm.GZIP);
              case "br" -> Optional.of(StoredForm.BR);
              case "none" -> Optional.of(StoredForm.NONE);
              default -> Optional.empty();
            });
  }
}
