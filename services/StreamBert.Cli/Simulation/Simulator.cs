using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Cli.Simulation;

/// <summary>Feeds the two shipped pipelines with the <see cref="Story"/>, in real time: it never runs ahead of the clock.</summary>
internal sealed class Simulator(IEventLog log, PipelineCatalog pipelines, PrivacyFilter guard, SubjectVault vault, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private const int Seed = 20_260_101;

    private readonly long _start = time.GetTimestamp();

    /// <summary>What it feeds, for people: it knows the two shipped pipelines.</summary>
    public string Description => Known() is { Count: > 0 } fed
        ? $"invented texts, with a story, to {string.Join(" and ", fed)}"
        : "nothing: the simulator knows only the shipped pipelines, and none of them is configured; post texts to the API or use --replay";

    /// <summary>Where the story stands.</summary>
    public string Chapter => Story.ChapterAt(time.GetElapsedTime(_start));

    /// <summary>Writes until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var session = time.GetUtcNow().ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);
        (PipelineOptions? Pipeline, Author Author, Func<TimeSpan, IReadOnlyList<Flow>> Story)[] streams =
        [
            (pipelines.Find(DefaultPipelines.FinancialNews.Name), new NewsAuthor(session, Seed), Story.NewsAt),
            (pipelines.Find(DefaultPipelines.SupportChat.Name), new ChatAuthor(session, Seed + 1), Story.ChatsAt),
        ];
        using var timer = new PeriodicTimer(Tick, time);
        for (var last = TimeSpan.Zero; await timer.WaitForNextTickAsync(stopping);)
        {
            var elapsed = time.GetElapsedTime(_start);
            var (span, now) = (elapsed - last, time.GetUtcNow());
            last = elapsed;
            List<(PipelineOptions Pipeline, string? Subject, NewRecord Record)> due =
            [
                .. streams.Where(static stream => stream.Pipeline is not null)
                    .SelectMany(stream => stream.Author.Write(stream.Story(elapsed), span, now)
                        .Select(text => guard.RedactForLog(stream.Pipeline!, text))
                        .Select(text => (stream.Pipeline!, text.Subject, guard.ToRecord(stream.Pipeline!, text)))),
            ];
            if (due.Count > 0)
                await log.AppendAsync(vault.Seal(due), stopping);
        }
    }

    private List<string> Known()
        => [.. DefaultPipelines.All.Select(static pipeline => pipeline.Name).Where(name => pipelines.Find(name) is not null)];
}
