using StreamBert.Cli.Output;
using StreamBert.Cli.Replay;
using StreamBert.Cli.Replay.Requests;

namespace StreamBert.Cli.Hosting;

/// <summary>Prints the messages of <c>up</c>: to stderr if stdout is reserved for the figures of a replay, otherwise to stdout.</summary>
internal sealed class UpMessages(UpOptions options)
{
    private bool _isStartAnnounced;

    public TextWriter Output { get; } = options.ExitsAfterReplay ? Terminal.Error : Terminal.Out;

    public void Write(string sentence)
    {
        Terminal.ClearProgress();
        Output.WriteLine(sentence);
    }

    public void AnnounceStart()
    {
        if (!_isStartAnnounced)
            Output.WriteLine("streambert is starting…");
        _isStartAnnounced = true;
    }

    public static string Describe(ReplayOptions replay)
    {
        if (replay.TakesPredictions)
            return $"{replay.File.Path} ({replay.File.Format}; predictions, by the mapping of the pipeline) → {replay.Pipeline.Name}";
        var time = replay.TimeColumn is { } column ? $"'{column}'" : "time of the append";
        return $"{replay.File.Path} ({replay.File.Format}; text: '{replay.TextColumn}', time: {time}) → {replay.Pipeline.Name}";
    }

    public static string Describe(Replayer replayer)
    {
        var position = replayer.Progress is { } progress ? $"run {progress.Run}, row {progress.Row:N0}, " : "";
        return $"{position}{replayer.Activity.Name} {StatusLine.FormatBar(replayer.Activity.Share)}";
    }
}
