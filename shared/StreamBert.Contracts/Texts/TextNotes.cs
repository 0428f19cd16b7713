namespace StreamBert.Contracts;

/// <summary>Creates the sentences of <see cref="TextReceived.Notes"/> that several readers write.</summary>
public static class TextNotes
{
    /// <summary>Returns the note about unpaired surrogate escapes.</summary>
    /// <param name="count">The number that <see cref="RecordJson.WithoutLoneSurrogates"/> replaced.</param>
    public static string Surrogates(int count)
        => $"{count} escaped surrogate{(count == 1 ? "" : "s")} without the other half: read as U+FFFD.";
}
