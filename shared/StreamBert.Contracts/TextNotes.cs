namespace StreamBert.Contracts;

/// <summary>The sentences of <see cref="TextReceived.Notes"/> that more than one reader writes.</summary>
public static class TextNotes
{
    /// <param name="count">See <see cref="RecordJson.WithoutLoneSurrogates"/>.</param>
    public static string Surrogates(int count)
        => $"{count} escaped surrogate{(count == 1 ? "" : "s")} without the other half: read as U+FFFD.";
}
