package io.doorbuster.sale;

import org.junit.platform.suite.api.AfterSuite;
import org.junit.platform.suite.api.BeforeSuite;
import org.junit.platform.suite.api.ExcludeTags;
import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.IncludeEngines;
import org.junit.platform.suite.api.IncludeTags;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The tests of the store once more, on PostgreSQL 18, the newest version that is tested. */
@Suite
@IncludeEngines("junit-jupiter")
@SelectPackages("io.doorbuster")
@IncludeClassNamePatterns(".*(Test|IT)")
@IncludeTags("store")
@ExcludeTags("file")
final class PostgresNewestIT {
  @BeforeSuite
  static void use() {
    Stores.use(PostgresServer.Version.NEWEST);
  }

  @AfterSuite
  static void useFiles() {
    Stores.useFiles();
  }
}
