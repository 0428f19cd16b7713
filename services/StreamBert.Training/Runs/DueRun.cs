using StreamBert.Contracts;

namespace StreamBert.Training.Runs;

/// <summary>A run that is due.</summary>
/// <param name="Model">The model.</param>
/// <param name="Cause">Why it is due.</param>
/// <param name="Requests">The positions of the requests for it.</param>
internal sealed record DueRun(string Model, string Cause, IReadOnlyList<RecordPosition> Requests);
