namespace StreamBert.Monitoring.Baselines;

/// <summary>The sources of an expectation, from the coarsest to the finest.</summary>
internal enum BaselineTier
{
    /// <summary>What is known before the stream begins, such as the label mix of the model's training data.</summary>
    Prior,

    /// <summary>The series of the whole pipeline, for one of its segments.</summary>
    Parent,
    Level,
    Local,
    HourOfDay,
    HourOfWeek,
}
