using StreamBert.Cli.Output;
using StreamBert.Privacy.Erasure;

namespace StreamBert.Cli.Commands.Privacy;

/// <summary>Prints the proof of an erasure.</summary>
internal static class ErasureProofView
{
    private const int MaxExamples = 3;

    public static void Write(ErasureProof proof)
    {
        if (proof.Places.Count > 0)
            WritePlaces(proof);
        Terminal.Out.WriteLine($"Subject {proof.Digest}: {DescribeKeys(proof)}.");
        foreach (var sentence in DescribeResult(proof))
            Terminal.Out.WriteLine(sentence);
    }

    private static void WritePlaces(ErasureProof proof)
    {
        var table = Terminal.CreateTable(
            null, "location", "#records", "#unreadable", "#since", "#without text", "#key missing", "#readable", "first readable at");
        foreach (var place in proof.Places)
        {
            table.AddCells(
                place.Place,
                Format.Count(place.Records),
                Format.Count(place.Erased),
                Format.Count(place.Since),
                Format.Count(place.WithoutText),
                Format.Count(place.KeyNotHere),
                Format.Count(place.Readable),
                string.Join(' ', place.Examples.Take(MaxExamples)));
        }
        Terminal.Write(table);
    }

    private static string DescribeKeys(ErasureProof proof) => proof.KeysDeleted == 0
        ? "it has no key, and no key of it was deleted before"
        : $"{Format.Count(proof.KeysDeleted)} {(proof.KeysDeleted == 1 ? "key" : "keys")} deleted, the last at {proof.ErasedAt:u}";

    private static IEnumerable<string> DescribeResult(ErasureProof proof)
    {
        if (proof.Holds)
        {
            yield return $"No text of the subject can be read: {Format.Count(proof.RecordsRead)} records of the log were checked, and "
                + "the state store.";
        }
        if (proof.Readable > 0)
        {
            yield return $"{Format.Count(proof.Readable)} texts of the subject can still be read. Set Privacy:PerSubjectKeys for their "
                + "pipelines so that new texts "
                + "are encrypted; stored texts expire by retention (Log:MaxAge), and those in your own topics by a tombstone or "
                + "delete-records of your broker.";
        }
        if (proof.KeyNotHere > 0)
        {
            yield return $"{Format.Count(proof.KeyNotHere)} texts of the subject are encrypted with keys that are not in this "
                + "Privacy:Directory and may be in another: erase with the Privacy:Directory (and MasterKey) of the services, or by --url.";
        }
        if (!proof.StateStore)
        {
            yield return "The state store was not checked, so the erasure is not proved: the store contains copies of predictions and "
                + "alerts. Run this command again with --url, or with Redis:ConnectionString in the settings and Redis reachable.";
        }
        if (proof.NotJudged > 0)
            yield return $"{Format.Count(proof.NotJudged)} records are invalid in their topics, so their subjects cannot be determined.";
    }
}
