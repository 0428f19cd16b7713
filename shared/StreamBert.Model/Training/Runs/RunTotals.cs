namespace StreamBert.Model.Training.Runs;

/// <summary>What a run took so far.</summary>
/// <param name="Steps">The number of steps.</param>
/// <param name="Tokens">The number of tokens of their batches.</param>
/// <param name="StepSeconds">The time of the steps in seconds.</param>
/// <param name="Seconds">The time of the run in seconds, with validation.</param>
/// <param name="Joules">The energy of the run in joules.</param>
internal sealed record RunTotals(int Steps, long Tokens, double StepSeconds, double Seconds, double Joules)
{
    public static readonly RunTotals None = new(0, 0, 0, 0, 0);
}
