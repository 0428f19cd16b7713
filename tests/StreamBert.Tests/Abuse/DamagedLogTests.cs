using System.Globalization;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Abuse;

/// <summary>
/// Changes single bytes of the log's files and truncates files, at places drawn from a seed: each damage is detected and reported, or
/// harmless. No result is wrong, nothing is lost silently, and a repair recovers every record that is not itself damaged.
/// </summary>
public sealed class DamagedLogTests(DamagedLogTests.Templates templates) : IClassFixture<DamagedLogTests.Templates>
{
    private static readonly bool Full = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1";
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("log.db", false, 300)]
    [InlineData("log.db", true, 60)]
    [InlineData("log.commits", false, 40)]
    public Task After_a_clean_stop_damage_is_detected_or_harmless_and_repair_recovers_every_undamaged_record(
        string file, bool cut, int trials)
        =>
        RunTrialsAsync("stopped", file, cut, trials);

    [Theory]
    [InlineData("log.db", false, 150)]
    [InlineData("log.db", true, 40)]
    [InlineData("log.db-wal", false, 300)]
    [InlineData("log.db-wal", true, 80)]
    [InlineData("log.commits", true, 30)]
    public Task After_a_kill_damage_is_detected_or_harmless_and_repair_recovers_every_undamaged_record(string file, bool cut, int trials) =>
        RunTrialsAsync("killed", file, cut, trials);

    private async Task RunTrialsAsync(string state, string file, bool cut, int trials)
    {
        var template = templates.Get(state);
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var lost = 0;
        for (var trial = 0; trial < (Full ? trials : Math.Max(2, trials / 40)); trial++)
        {
            using var damaged = template.Damage(file, cut, seed: trial);
            var found = await damaged.ExamineAsync(Cancellation);
            outcomes[found] = outcomes.GetValueOrDefault(found) + 1;
            lost += await damaged.RepairAsync(Cancellation);
        }
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{state} {file} {(cut ? "cut off" : "a byte changed")}: "
                + $"{string.Join(", ", outcomes.Select(static o => $"{o.Key} {o.Value}"))}; records lost by repair: {lost}"));
    }

    /// <summary>Provides logs after a clean stop and after a kill under load.</summary>
    public sealed class Templates : IAsyncLifetime
    {
        private readonly Dictionary<string, LogTemplate> _templates = [];

        internal LogTemplate Get(string state) => _templates[state];

        public async ValueTask InitializeAsync()
        {
            foreach (var killed in new[] { false, true })
                _templates[killed ? "killed" : "stopped"] = await LogTemplate.CreateAsync(killed);
        }

        public ValueTask DisposeAsync()
        {
            foreach (var template in _templates.Values)
                template.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
