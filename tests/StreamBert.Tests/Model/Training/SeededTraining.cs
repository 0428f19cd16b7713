namespace StreamBert.Tests.Model.Training;

/// <summary>
/// Collects the tests that compare trainings with dropout: its random numbers belong to the process, so nothing may train at the same time.
/// </summary>
[CollectionDefinition(nameof(SeededTraining), DisableParallelization = true)]
public sealed class SeededTraining;
