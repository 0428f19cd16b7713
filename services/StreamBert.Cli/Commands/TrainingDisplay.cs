using System.Globalization;
using StreamBert.Cli.CommandLine;
using StreamBert.Model.Training;

namespace StreamBert.Cli.Commands;

/// <summary>Progress on stderr: one line that renews itself on a terminal, a line now and then in a log.</summary>
internal sealed class TrainingDisplay : IProgress<TrainingProgress>
{
    private static readonly TimeSpan TerminalPause = TimeSpan.FromSeconds(0.5), LogPause = TimeSpan.FromSeconds(15);
    private long _shown = long.MinValue;

    public void Report(TrainingProgress value)
    {
        var last = value.Step == value.Steps;
        if (!last && _shown != long.MinValue && TimeProvider.System.GetElapsedTime(_shown) < (Terminal.IsWatched ? TerminalPause : LogPause))
            return;
        _shown = TimeProvider.System.GetTimestamp();
        FormattableString line = $"{value.Stage}: epoch {value.Epoch} of {value.Epochs}, step {value.Step:N0} of {value.Steps:N0}, loss {value.Loss:F3}, {value.TokensPerSecond:N0} tokens/s, {value.Remaining:hh\\:mm\\:ss} left";
        var text = line.ToString(CultureInfo.InvariantCulture);
        Terminal.Progress(text, last);
    }
}
