using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace StreamBert.IntegrationTests.Abuse;

/// <summary>Tokens that an identity provider has not made, or not for this.</summary>
internal static class HostileTokens
{
    private const string ForeignKeys =
        """{"alg":"RS256","jku":"https://evil.example/keys","x5u":"https://evil.example/cert","kid":"other"}""";

    public static string Make(Random random, string valid)
    {
        var parts = valid.Split('.');
        return random.Next(12) switch
        {
            0 => $"{Encode("{\"alg\":\"none\"}")}.{parts[1]}.",
            1 => $"{Encode("{\"alg\":\"HS256\",\"kid\":\"test\"}")}.{parts[1]}.{parts[2]}",
            2 => $"{parts[0]}.{Encode(Decode(parts[1]).Replace("read", "admin", StringComparison.Ordinal))}.{parts[2]}",
            3 => $"{Encode($"{{\"alg\":\"RS256\",\"kid\":\"../../etc/passwd{new string('a', 500)}\"}}")}.{parts[1]}.{parts[2]}",
            4 => $"{Encode(ForeignKeys)}.{parts[1]}.{parts[2]}",
            5 => $"{parts[0]}.{parts[1]}.{new string('A', parts[2].Length)}",
            6 => $"{parts[0]}.{Encode(new string('[', 5_000))}.{parts[2]}",
            7 => $"{Encode("{\"alg\":\"RSA-OAEP\",\"enc\":\"A256GCM\",\"zip\":\"DEF\"}")}.a.b.c.d",
            8 => $"{parts[0]}.{parts[1]}.{parts[2]}.{parts[2]}.{parts[2]}",
            9 => $"{Encode("null")}.{Encode("null")}.{parts[2]}",
            10 => $"{parts[0]}.{Encode("{\"exp\":1e400,\"nbf\":\"x\",\"iss\":[],\"aud\":{}}")}.{parts[2]}",
            _ => valid[..random.Next(valid.Length)],
        };
    }

    private static string Decode(string part) => Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(part));

    private static string Encode(string json) => Base64UrlEncoder.Encode(json);
}
