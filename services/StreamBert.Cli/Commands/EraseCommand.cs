using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StreamBert.Cli.CommandLine;
using StreamBert.Privacy.Erasure;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.State;

namespace StreamBert.Cli.Commands;

/// <summary><c>erase</c>: makes every stored text of a subject unreadable, and proves it.</summary>
internal static class EraseCommand
{
    public static Command Create()
    {
        var access = new LogAccess();
        var subject = new Option<string>("--subject") { Description = "Whom to erase, as the texts name it.", Required = true };
        var json = new Option<bool>("--json") { Description = "Print the proof as JSON." };
        var command = new Command(
            "erase",
            "Make every stored text of a subject unreadable by deleting its key, and prove it. Exit code 1: that is not proved.") { subject, json };
        foreach (var option in access.Options)
            command.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(subject) is not { Length: > 0 } whom)
                throw new CliException("--subject is empty; name the subject to erase.");
            var proof = await access.RunAsync(
                parsed,
                client => client.PostAsync<ErasureProof>("v1/erasures", new { subject = whom }, cancellation),
                async (log, pipelines, services) => await new SubjectErasure(
                    log,
                    pipelines,
                    Keys(services),
                    TimeProvider.System,
                    services.GetService<StateStore>())
                    .EraseAsync(whom, AuditTrail.CommandLineActor, cancellation));
            if (parsed.GetValue(json))
                Terminal.Out.WriteLine(JsonSerializer.Serialize(proof, JsonSerializerOptions.Web));
            else
                Print(proof);
            return proof.Holds ? 0 : 1;
        });
        return command;
    }

    /// <exception cref="CliException">There are none: a file made now would prove nothing.</exception>
    private static SubjectKeys Keys(IServiceProvider services) => services.GetRequiredService<SubjectKeys>() is { FileExists: true } keys
        ? keys
        : throw new CliException(
        $"'{services.GetRequiredService<IOptions<SubjectKeyOptions>>().Value.Directory}' holds no keys of subjects (keys.db), so nothing was erased. Give the settings of the services (--config FILE, or STREAMBERT_Privacy__Directory and "
        + "STREAMBERT_Privacy__MasterKey), or erase by --url; if no pipeline has ever had Privacy:PerSubjectKeys, no text is sealed and there is no key to delete.");

    private static void Print(ErasureProof proof)
    {
        if (proof.Places.Count > 0)
        {
            var table = Terminal.Table(
                null,
                "where",
                "#records",
                "#unreadable",
                "#since",
                "#without text",
                "#key not here",
                "#readable",
                "first readable at");
            foreach (var place in proof.Places)
            {
                table.AddCells(
                    place.Place,
                    Count(place.Records),
                    Count(place.Erased),
                    Count(place.Since),
                    Count(place.WithoutText),
                    Count(place.KeyNotHere),
                    Count(place.Readable),
                    string.Join(' ', place.Examples.Take(3)));
            }

            Terminal.Write(table);
        }
        Terminal.Out.WriteLine($"Subject {proof.Digest}: {(proof.KeysDeleted == 0 ? "it has no key, and has never had one that was deleted" : $"{Count(proof.KeysDeleted)} {(proof.KeysDeleted == 1 ? "key" : "keys")} deleted, the last at {proof.ErasedAt:u}")}.");
        foreach (var sentence in Verdict(proof))
            Terminal.Out.WriteLine(sentence);
    }

    private static IEnumerable<string> Verdict(ErasureProof proof)
    {
        if (proof.Holds)
            yield return $"No text of it can be read: {Count(proof.RecordsRead)} records of the log were looked at, and the state store.";
        if (proof.Readable > 0)
            yield return $"{Count(proof.Readable)} texts of it can still be read. Set Privacy:PerSubjectKeys for their pipelines so that new texts are sealed; those that stand there go by retention (Log:MaxAge), and those of your own topics with a tombstone or delete-records of your broker.";
        if (proof.KeyNotHere > 0)
            yield return $"{Count(proof.KeyNotHere)} texts of it are sealed with keys that are not in this Privacy:Directory and may be in another: erase with the Privacy:Directory (and MasterKey) of the services, or by --url.";
        if (!proof.StateStore)
            yield return "The state store was not looked at, so this is no proof yet: it holds copies of predictions and alerts. Run this again with --url, or with Redis:ConnectionString in the settings, and Redis reachable.";
        if (proof.NotJudged > 0)
            yield return $"{Count(proof.NotJudged)} records cannot be read as what their topics hold, so nobody can say whose they are.";
    }

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
