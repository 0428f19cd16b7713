using StreamBert.Contracts;
using StreamBert.Tests.Streaming.Hosting.Health;

namespace StreamBert.Tests.Privacy;

/// <summary>
/// Precision and recall of the redaction on a set of the project's own, and that the documentation says what is measured.
/// </summary>
public sealed class RedactionSetTests(ITestOutputHelper output)
{
    private const string TableStart = "<!-- measured: begin -->";
    private const string TableEnd = "<!-- measured: end -->";

    /// <summary>Least precision and recall: what was reached less a little, so that a change for the worse shows.</summary>
    private static readonly Dictionary<string, (double Precision, double Recall)> Floors = new()
    {
        [PersonalData.Email] = (0.95, 0.93),
        [PersonalData.Phone] = (0.95, 0.97),
        [PersonalData.Card] = (0.98, 0.97),
        [PersonalData.Iban] = (0.98, 0.97),
        [PersonalData.Id] = (0.98, 0.88),
        [PersonalData.Ip] = (0.97, 0.97),
    };

    [Fact]
    public void The_set_has_six_hundred_cases_and_a_good_part_of_them_holds_no_personal_data()
    {
        var cases = RedactionSet.Read();

        Assert.True(cases.Count >= 600, $"{cases.Count} cases");
        Assert.True(cases.Count(static c => c.Spans.Count == 0) >= 150);
        Assert.Equal(cases.Count, cases.Select(static c => c.Text).Distinct().Count());
    }

    [Fact]
    public void The_templated_cases_are_those_that_the_templates_write()
    {
        var templated = new RedactionTemplates().All().Distinct().ToList();
        if (RedactionSet.Writes)
        {
            RedactionSet.Write(
                [.. RedactionSet.Lines().Where(static line => line.By == "hand"), .. templated.Select(static text => ("template", text))]);
        }

        Assert.Equal(templated, RedactionSet.Lines().Where(static line => line.By == "template").Select(static line => line.Text));
    }

    [Fact]
    public void Every_type_is_detected_as_well_as_before_and_the_page_shows_the_measurement()
    {
        var cases = RedactionSet.Read();
        var scores = RedactionScore.Measure(cases, output.WriteLine);
        var table = $"""
            {TableStart}
            | placeholder | labelled | precision | recall | wholly hidden |
            |---|---|---|---|---|
            {string.Join('\n', scores.Select(static score => score.Row))}

            {cases.Count} cases, {cases.Count(static c => c.Spans.Count == 0)} of them without personal data.
            {TableEnd}
            """;
        output.WriteLine(table);
        var page = File.ReadAllText(RedactionSet.Page);
        if (RedactionSet.Writes)
        {
            File.WriteAllText(RedactionSet.Page, page = page[..page.IndexOf(TableStart, StringComparison.Ordinal)] + table
                + page[(page.IndexOf(TableEnd, StringComparison.Ordinal) + TableEnd.Length)..]);
        }

        Assert.All(scores, static score => Assert.True(
            score.Precision >= Floors[score.Type].Precision
                && score.Recall >= Floors[score.Type].Recall, $"{score.Row} is below its floor {Floors[score.Type]}"));
        Assert.Contains(table, page, StringComparison.Ordinal);
    }
}
