using StreamBert.Cli.Backtests;
using StreamBert.Cli.Errors;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Backtests;

/// <summary>Reads labelled windows in both forms.</summary>
public sealed class LabelFileTests : IDisposable
{
    private const string Nab = """
        {
          "artificialNoAnomaly/art_flat.csv": [],
          "realKnownCause/nyc_taxi.csv": [
            ["2014-10-30 15:30:00.000000", "2014-11-03 22:30:00.000000"], ["2014-11-25 12:00:00.000000", "2014-11-29 19:00:00.000000"]
          ]
        }
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_table_has_start_and_end_and_optionally_kind_and_series()
    {
        File.WriteAllText(
            _folder["l.csv"],
            "start,end,kind,series\n2026-03-02T10:00:00Z,2026-03-02T11:00:00Z,label-surge,topic=Energy\n2026-03-03,2026-03-04,,\n");

        var windows = LabelFile.Read(_folder["l.csv"], null);

        Assert.Equal(("label-surge", "topic=Energy"), (windows[0].Kind, windows[0].Series));
        Assert.Equal((TimeSpan.FromDays(1), null, null), (windows[1].End - windows[1].Start, windows[1].Kind, windows[1].Series));
    }

    [Theory]
    [InlineData("/data/realKnownCause/nyc_taxi.csv", 2)]
    [InlineData("nyc_taxi.csv", 2)]
    [InlineData("/data/artificialNoAnomaly/art_flat.csv", 0)]
    public void The_file_selects_its_windows_in_the_json_of_the_benchmark(string input, int count)
    {
        File.WriteAllText(_folder["l.json"], Nab);

        var windows = LabelFile.Read(_folder["l.json"], input);

        Assert.Equal(count, windows.Count);
        if (count > 0)
            Assert.Equal(new(2014, 10, 30, 15, 30, 0, TimeSpan.Zero), windows[0].Start);
    }

    [Theory]
    [InlineData("l.csv", "start,stop\n1,2\n", "'end'")]
    [InlineData("l.csv", "start,end\nsoon,2026-03-02\n", "'start'")]
    [InlineData("l.csv", "start,end\n2026-03-02,2026-03-01\n", "before the start")]
    [InlineData("l.json", "{", "labelled windows")]
    [InlineData("l.json", Nab, "2 files")]
    [InlineData("l.json", """[["2026-03-02"]]""", "window 1")]
    public void Invalid_labels_are_refused_with_their_place(string name, string content, string named)
    {
        File.WriteAllText(_folder[name], content);

        var refused = Assert.Throws<CliException>(() => LabelFile.Read(_folder[name], "other.csv"));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }
}
