namespace StreamBert.Gateway.Ingestion;

/// <summary>
/// Stores the rows of a file, of which a request takes all or none: rows that are refused are reported and left out, and the rest is sent
/// again. What is too large together is sent in halves.
/// </summary>
/// <param name="send">Sends rows; returns why they were refused, or null if they are stored.</param>
/// <param name="refuse">Reports a row that is not stored, with the reason.</param>
public sealed class LabelRows<T>(Func<IReadOnlyList<T>, Task<RowRefusal?>> send, Action<T, string> refuse)
{
    /// <summary>The number of rows that are stored.</summary>
    public int Stored { get; private set; }

    /// <summary>Stores rows.</summary>
    public async Task StoreAsync(IReadOnlyList<T> rows)
    {
        while (rows.Count > 0)
        {
            if (await send(rows) is not { } refusal)
            {
                Stored += rows.Count;
                return;
            }
            if (refusal.TooLarge is not null && rows.Count > 1)
            {
                await StoreAsync([.. rows.Take(rows.Count / 2)]);
                rows = [.. rows.Skip(rows.Count / 2)];
            }
            else
            {
                rows = LeaveOut(rows, refusal);
            }
        }
    }

    private List<T> LeaveOut(IReadOnlyList<T> rows, RowRefusal refusal)
    {
        var rest = new List<T>();
        foreach (var (index, row) in rows.Index())
        {
            if (refusal.FindReason(index) is { } reason)
                refuse(row, reason);
            else
                rest.Add(row);
        }
        return rest;
    }
}
