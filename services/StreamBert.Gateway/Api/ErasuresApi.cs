using System.ComponentModel;
using System.Text.RegularExpressions;
using StreamBert.Contracts;
using StreamBert.Gateway.Commands;
using StreamBert.Gateway.Security;
using StreamBert.Privacy.Erasure;

namespace StreamBert.Gateway.Api;

/// <summary>Whom to erase.</summary>
internal sealed record ErasureRequest
{
    [Scalar, Description("The subject, as its texts name it.")]
    public required string Subject { get; init; }
}

/// <summary>Erasing subjects, and the proof of it.</summary>
internal static partial class ErasuresApi
{
    public static void MapErasures(this RouteGroupBuilder api)
    {
        api.MapPost("/erasures", EraseAsync).RequireRole(Roles.Admin).Costly().WithTags("Privacy").WithName("eraseSubject")
            .WithSummary("Make every stored text of a subject unreadable")
            .WithDescription(
                "Deletes the subject's key for ever, records that in the audit log, then reads the whole log and the state store and says where texts of the subject "
                + "are and whether anybody can read them (`holds`: nobody can). The audit log and the answer name the subject by a digest only. May be repeated.")
            .Accepts<ErasureRequest>(RequestBody.Json).Produces<ErasureProof>().WithProblems(400, 413, 415, 429, 503);
        api.MapGet("/erasures/{digest}/proof", ProveAsync).RequireRole(Roles.Admin).Costly().WithTags("Privacy").WithName("proveErasure")
            .WithSummary("Look again at what is left of an erased subject")
            .WithDescription("Reads the whole log and the state store anew. `since` counts texts that the subject wrote after the erasure, under a new key.")
            .Produces<ErasureProof>().WithProblems(400, 429, 503);
    }

    private static async Task<ErasureProof> EraseAsync(HttpContext context, SubjectErasure erasure, CancellationToken cancellation)
    {
        var request = await RequestBody.ReadOneAsync<ErasureRequest>(context, cancellation);
        if (string.IsNullOrEmpty(request.Subject)) throw ApiException.Invalid("subject is missing.");
        ApiRoutes.Refuse(FieldLimits.ValidateErasedSubject(request.Subject));
        return await erasure.EraseAsync(request.Subject, Actor.Of(context.User), cancellation);
    }

    private static Task<ErasureProof> ProveAsync(
        [Description(
            "The subject's digest, from the answer to its erasure: 64 hexadecimal digits.")] string digest, SubjectErasure erasure, CancellationToken cancellation) =>
        Digest().IsMatch(digest)
            ? erasure.ProveAsync(digest, cancellation)
            : throw ApiException.Invalid(
                $"'{digest}' is no digest of a subject; give the 64 hexadecimal digits that the erasure answered with.");

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Digest();
}
