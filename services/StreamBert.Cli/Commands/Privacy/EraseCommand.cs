using System.CommandLine;
using Microsoft.Extensions.Options;
using StreamBert.Cli.Access;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Privacy.Erasure;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.State;

namespace StreamBert.Cli.Commands.Privacy;

/// <summary>Defines <c>erase</c>, which makes every stored text of a subject unreadable, and proves it.</summary>
internal static class EraseCommand
{
    public static Command Create()
    {
        var access = new LogAccess();
        var subject = new Option<string>("--subject") { Description = "Subject to erase, as named in the texts.", Required = true };
        var json = new Option<bool>("--json") { Description = "Print the proof as JSON." };
        var command = new Command(
            "erase", "Make every stored text of a subject unreadable by deleting its key, and prove it. Exit code 1: the erasure is not "
                + "proved.")
        {
            subject, json,
        };
        access.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var proof = await EraseAsync(parsed, access, parsed.GetValue(subject)!, cancellation);
            if (parsed.GetValue(json))
                Terminal.WriteJson(proof);
            else
                ErasureProofView.Write(proof);
            return proof.Holds ? 0 : 1;
        });
        return command;
    }

    private static Task<ErasureProof> EraseAsync(ParseResult parsed, LogAccess access, string subject, CancellationToken cancellation)
    {
        if (subject.Length == 0)
            throw new CliException("--subject is empty; give the subject to erase.");
        return access.RunAsync(
            parsed,
            client => client.PostAsync<ErasureProof>("v1/erasures", new { subject }, cancellation),
            (log, pipelines, services) => EraseDirectlyAsync(log, pipelines, services, subject, cancellation));
    }

    private static Task<ErasureProof> EraseDirectlyAsync(
        IEventLog log, PipelineCatalog pipelines, IServiceProvider services, string subject, CancellationToken cancellation)
    {
        var erasure = new SubjectErasure(log, pipelines, GetExistingKeys(services), TimeProvider.System, services.GetService<StateStore>());
        return erasure.EraseAsync(subject, AuditTrail.CommandLineActor, cancellation);
    }

    /// <exception cref="CliException">There is no key file; a new one would prove nothing.</exception>
    private static SubjectKeys GetExistingKeys(IServiceProvider services)
    {
        var keys = services.GetRequiredService<SubjectKeys>();
        var directory = services.GetRequiredService<IOptions<SubjectKeyOptions>>().Value.Directory;
        return keys.FileExists ? keys : throw new CliException(
            $"'{directory}' contains no subject keys (keys.db), so nothing was erased. Give the settings of the services (--config FILE, "
                + "or STREAMBERT_Privacy__Directory and STREAMBERT_Privacy__MasterKey), or erase by --url. "
            + "If no pipeline has ever used Privacy:PerSubjectKeys, no text is encrypted and there is no key to delete.");
    }
}
