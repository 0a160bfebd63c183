package io.doorbuster.sale;

import org.junit.platform.suite.api.AfterSuite;
import org.junit.platform.suite.api.BeforeSuite;
import org.junit.platform.suite.api.ExcludeTags;
import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.IncludeEngines;
import org.junit.platform.suite.api.IncludeTags;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The tests of the store once more, on PostgreSQL 15, the oldest version that is tested. */
@Suite
@IncludeEngines("junit-jupiter")
@SelectPackages({"io.doorbuster.sale", "io.doorbuster.order", "io.doorbuster.settlement"})
@IncludeClassNamePatterns(".*Test")
@IncludeTags("store")
@ExcludeTags("file")
final class PostgresOldestIT {
  @BeforeSuite
  static void use() {
    Stores.use(PostgresServer.Version.OLDEST);
  }

  @AfterSuite
  static void useFiles() {
    Stores.useFiles();
  }
}
