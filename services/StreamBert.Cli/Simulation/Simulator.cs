using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Cli.Simulation;

/// <summary>Appends generated texts to the shipped pipelines according to the <see cref="Scenario"/>, in real time.</summary>
internal sealed class Simulator
{
    private const int Seed = 20_260_101;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly IEventLog _log;
    private readonly PrivacyFilter _guard;
    private readonly SubjectVault _vault;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly List<PipelineInput> _inputs = [];

    public Simulator(IEventLog log, PipelineCatalog pipelines, PrivacyFilter guard, SubjectVault vault, TimeProvider time)
    {
        (_log, _guard, _vault, _time, _start) = (log, guard, vault, time, time.GetTimestamp());
        var session = time.GetUtcNow().ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);
        if (pipelines.Find(DefaultPipelines.FinancialNews.Name) is { } news)
            _inputs.Add(new(news, new NewsGenerator(session, Seed), Scenario.GetNews));
        if (pipelines.Find(DefaultPipelines.SupportChat.Name) is { } chats)
            _inputs.Add(new(chats, new ChatGenerator(session, Seed + 1), Scenario.GetChats));
    }

    /// <summary>A description of the generated texts and their pipelines, for display.</summary>
    public string Description => _inputs.Count > 0
        ? $"simulated texts for {string.Join(" and ", _inputs.Select(static input => input.Pipeline.Name))}"
        : "none: the simulator supports only the shipped pipelines, and none of them is configured; send texts to the API or use --replay";

    /// <summary>The current phase of the scenario, for display.</summary>
    public string Phase => Scenario.GetPhase(_time.GetElapsedTime(_start));

    /// <summary>Appends texts until cancellation.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        for (var last = TimeSpan.Zero; await timer.WaitForNextTickAsync(stopping);)
        {
            var elapsed = _time.GetElapsedTime(_start);
            List<(PipelineOptions Pipeline, string? Subject, NewRecord Record)> due =
            [
                .. _inputs.SelectMany(input => Generate(input, elapsed, elapsed - last)),
            ];
            last = elapsed;
            if (due.Count > 0)
                await _log.AppendAsync(_vault.Seal(due), stopping);
        }
    }

    private IEnumerable<(PipelineOptions Pipeline, string? Subject, NewRecord Record)> Generate(
        PipelineInput input, TimeSpan elapsed, TimeSpan interval) =>
        input.Generator.Generate(input.GetRates(elapsed), interval, _time.GetUtcNow())
            .Select(text => _guard.RedactForLog(input.Pipeline, text))
            .Select(text => (input.Pipeline, text.Subject, _guard.ToRecord(input.Pipeline, text)));

    private sealed record PipelineInput(
        PipelineOptions Pipeline, TextGenerator Generator, Func<TimeSpan, IReadOnlyList<TextRate>> GetRates);
}
