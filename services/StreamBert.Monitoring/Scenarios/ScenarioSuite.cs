namespace StreamBert.Monitoring.Scenarios;

/// <summary>Lists the suites of scenarios.</summary>
internal enum ScenarioSuite
{
    /// <summary>Nothing is wrong: every alert is a false alarm.</summary>
    Clean,

    /// <summary>Something is wrong in a labelled period: an alert of the right kind is a detection.</summary>
    Detect,
}
