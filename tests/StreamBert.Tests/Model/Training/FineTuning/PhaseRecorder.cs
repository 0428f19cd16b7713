namespace StreamBert.Tests.Model.Training.FineTuning;

/// <summary>Records the phases of a run, and can act at one of them.</summary>
internal sealed class PhaseRecorder : IProgress<string>
{
    public List<string> Phases { get; } = [];
    public Action<string>? OnPhase { get; init; }

    public void Report(string value)
    {
        Phases.Add(value);
        OnPhase?.Invoke(value);
    }
}
