using StreamBert.Contracts;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>Tells a client what of its request was not taken as it was sent.</summary>
internal static class RequestNotes
{
    private const int MostNames = 20;

    /// <returns>Null if all was.</returns>
    public static IReadOnlyList<string>? Of<T>(IReadOnlyList<ParsedItem<T>> items)
    {
        var notes = items.Select(static (item, index) => (item.ReplacedSurrogates, index)).Where(static item => item.ReplacedSurrogates > 0)
            .Select(static item => $"[{item.index}]: {TextNotes.Surrogates(item.ReplacedSurrogates)}").ToList();
        var ignored = items.SelectMany(static item => item.Ignored).Distinct().ToList();
        if (ignored.Count > 0)
            notes.Add($"Unknown fields were ignored: {string.Join(", ", ignored.Take(MostNames).Select(static name => Excerpt.Quote(name)))}{(ignored.Count > MostNames ? $" and {ignored.Count - MostNames} more" : "")}.");
        return notes.Count == 0 ? null : notes;
    }
}
