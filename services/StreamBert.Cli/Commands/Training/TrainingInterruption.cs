using StreamBert.Cli.Output;
using StreamBert.Model.Training.Runs;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Reports on stderr how an interrupted run is continued.</summary>
internal static class TrainingInterruption
{
    public static void Report(TrainingOutput output)
    {
        Terminal.ClearProgress();
        Terminal.Error.WriteLine($"streambert: interrupted; the same command with --resume continues ({output.WorkDirectory}).");
    }
}
