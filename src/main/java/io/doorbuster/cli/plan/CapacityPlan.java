package io.doorbuster.cli.plan;

/** What a crowd needs, line by line; docs/scaling.md explains each formula. */
final class CapacityPlan {
  private CapacityPlan() {}

  static PlanSheet of(Crowd crowd, Weights weights, Site site, PerCore core) {
    PlanSheet sheet = new PlanSheet();
    new TrafficPlan(crowd, weights, site, sheet).write();
    new MachinePlan(crowd, site, core, sheet).write();
    return sheet;
  }
}
