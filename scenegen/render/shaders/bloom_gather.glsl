// First step of the glare: the bright part of the picture as light, at an eighth of its size.
uniform sampler2D picture;
layout(location = 0) out vec4 out_glare;

void main() {
    vec2 texel = 1.0 / vec2(textureSize(picture, 0));
    vec2 corner = floor(gl_FragCoord.xy) * 8.0;
    vec3 sum = vec3(0.0);
    for (int k = 0; k < 16; k++) {
        vec4 there = textureLod(picture, (corner + vec2(k & 3, k >> 2) * 2.0 + 1.0) * texel, 0.0);
        sum += there.rgb * there.rgb * smoothstep(0.78, 1.0, max(there.a, max(there.r, max(there.g, there.b)) * 0.96));
    }
    out_glare = vec4(sum / 16.0, 1.0);
}
