using StreamBert.Gateway.Ingestion;

namespace StreamBert.Tests.Gateway.Ingestion;

public sealed class LabelRowsTests
{
    private readonly List<(int Row, string Reason)> _refused = [];
    private readonly List<int> _stored = [];

    [Fact]
    public async Task Refused_rows_are_left_out_with_their_reasons_and_the_rest_is_stored()
    {
        var rows = new LabelRows<int>(SendAsync, (row, reason) => _refused.Add((row, reason)));

        await rows.StoreAsync([1, -2, 3, -4]);

        Assert.Equal([(-2, "label: is negative"), (-4, "label: is negative")], _refused);
        Assert.Equal([1, 3], _stored);
        Assert.Equal(2, rows.Stored);

        Task<RowRefusal?> SendAsync(IReadOnlyList<int> sent)
        {
            var errors = sent.Index().Where(static row => row.Item < 0)
                .ToDictionary(static row => $"[{row.Index}].label", static _ => "is negative");
            return Task.FromResult(Store(sent, RowRefusal.Of(errors, sent.Count)));
        }
    }

    [Fact]
    public async Task Rows_that_are_too_large_together_are_stored_in_halves_and_one_that_is_too_large_alone_is_refused()
    {
        var rows = new LabelRows<int>(SendAsync, (row, reason) => _refused.Add((row, reason)));

        await rows.StoreAsync([4, 3, 12, 2, 5]);

        Assert.Equal([(12, "too large")], _refused);
        Assert.Equal([4, 3, 2, 5], _stored);
        Assert.Equal(4, rows.Stored);

        Task<RowRefusal?> SendAsync(IReadOnlyList<int> sent) =>
            Task.FromResult(Store(sent, sent.Sum() > 10 ? RowRefusal.OfSize("[0]: too large") : null));
    }

    [Theory]
    [InlineData("pipeline")]
    [InlineData("[2].pipeline")]
    [InlineData("[99999999999].pipeline")]
    public void Errors_that_name_no_row_that_was_sent_are_no_refusal_of_rows(string field) =>
        Assert.Null(RowRefusal.Of(new Dictionary<string, string> { [field] = "is unknown" }, count: 2));

    private RowRefusal? Store(IReadOnlyList<int> rows, RowRefusal? refusal)
    {
        if (refusal is null)
            _stored.AddRange(rows);
        return refusal;
    }
}
